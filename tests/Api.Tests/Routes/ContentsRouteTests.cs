using Brig.Api.Tests.Support;

namespace Brig.Api.Tests.Routes;

public sealed class ContentsRouteTests
{
    [Theory]
    [InlineData("files?reference=a&layer=1", 200, "\"kind\":\"file\"")]
    [InlineData("files?reference=a&path=/none", 404, "has no")]
    [InlineData("file?reference=a&path=/file", 200, "bytes")]
    [InlineData("packages?reference=a", 200, "pkg:deb/debian/libc6@2.36")]
    [InlineData("sbom?reference=a&format=cyclonedx", 200, "{}")]
    [InlineData("sbom?reference=a&format=pdf", 400, "must be spdx or cyclonedx.")]
    [InlineData("compare?before=a&after=b", 200, "\"commonLayers\":3")]
    [InlineData("compare?before=a", 400, "is missing")]
    public async Task Route_Asked_Answers(string path, int status, string holds)
    {
        await using var brig = await TestBrig.StartAsync();

        var answer = await brig.SendAsync("GET", "/api/v1/images/-/" + path);

        Assert.Equal(status, answer.Status);
        Assert.Contains(holds, answer.Body, StringComparison.Ordinal);
    }
}
