using System.Net;
using Brig.Api.Tests.Support;

namespace Brig.Api.Tests.Routes;

public sealed class WrongAddressTests(SharedBrig shared) : IClassFixture<SharedBrig>
{
    [Fact]
    public async Task Address_NoPageHas_IsAPageWithTheWaysOn()
    {
        var (status, body) = await OpenAsync("/containres/web", "text/html,*/*");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("There is nothing at this address", body, StringComparison.Ordinal);
        Assert.Contains("href=\"containers\"", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dist/none.js", "*/*")]
    [InlineData("/containres/web", "application/json")]
    [InlineData("/api/v1/nowhere", "text/html")]
    public async Task Address_OfAFileOrAskedByAProgram_IsEmpty(string path, string accept) => Assert.Equal((HttpStatusCode.NotFound, ""), await OpenAsync(path, accept));

    private async Task<(HttpStatusCode, string)> OpenAsync(string path, string accept)
    {
        using var http = shared.Brig.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, shared.Brig.HiddenPath + path);
        request.Headers.Add("Cookie", await shared.Brig.LogInAsync());
        request.Headers.Add("Accept", accept);
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
