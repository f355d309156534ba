using System.Text.Json;
using Brig.Api.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Routes;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Document_Asked_ListsEveryRouteOfTheApi()
    {
        await using var brig = await TestBrig.StartAsync();

        var document = (await brig.SendAsync("GET", "/openapi/v1.json")).Json;

        string[] listed = [.. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(verb => $"{verb.Name.ToUpperInvariant()} {path.Name}"))];
        string[] mapped = [.. Mapped(brig)];
        Assert.True(mapped.Length > 35, $"only {mapped.Length} routes are mapped");
        Assert.Equal(mapped.Order(), listed.Order());
    }

    [Fact]
    public async Task Document_Operations_HaveANameASentenceAndProblems()
    {
        await using var brig = await TestBrig.StartAsync();

        var document = (await brig.SendAsync("GET", "/openapi/v1.json")).Json;

        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(verb => verb.Value).ToArray();
        Assert.All(operations, operation =>
        {
            Assert.NotEmpty(operation.GetProperty("operationId").GetString()!);
            Assert.EndsWith(".", operation.GetProperty("summary").GetString());
            Assert.True(operation.GetProperty("responses").GetProperty("404").GetProperty("content").TryGetProperty("application/problem+json", out _));
        });
        Assert.Equal(operations.Length, operations.Select(operation => operation.GetProperty("operationId").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Document_Schemas_DescribeWhatOurConvertersWrite()
    {
        await using var brig = await TestBrig.StartAsync();

        var schemas = (await brig.SendAsync("GET", "/openapi/v1.json")).Json.GetProperty("components").GetProperty("schemas");

        var spec = schemas.GetProperty("ContainerSpec").GetProperty("properties");
        Assert.Equal("number", spec.GetProperty("stopGrace").GetProperty("type").GetString());
        Assert.Contains("unlessStopped", schemas.GetProperty("RestartMode").GetProperty("enum").EnumerateArray().Select(word => word.GetString()));
        Assert.Equal("string", schemas.GetProperty("ContainerId").GetProperty("type").GetString());
        Assert.Equal(["image"], schemas.GetProperty("ContainerSpec").GetProperty("required").EnumerateArray().Select(name => name.GetString()!));
    }

    private static IEnumerable<string> Mapped(TestBrig brig) => brig.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(route => route.RoutePattern.RawText!.StartsWith("/api/v1", StringComparison.Ordinal))
        .SelectMany(route => route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
            .Select(method => $"{method} {route.RoutePattern.RawText!.TrimEnd('/').Replace("**", "", StringComparison.Ordinal)}"));
}
