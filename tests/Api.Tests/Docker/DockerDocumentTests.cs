using System.Text.RegularExpressions;
using Brig.Api.Tests.Support;
using Brig.Web.Api.Docker;
using Brig.Web.Clients;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Brig.Api.Tests.Docker;

/// <summary>docs/docker-api.md says what is, and what is, is in it.</summary>
public sealed partial class DockerDocumentTests : IAsyncLifetime
{
    private TestBrig _brig = null!;

    public async Task InitializeAsync() => _brig = await TestBrig.StartAsync();

    public async Task DisposeAsync() => await _brig.DisposeAsync();

    [Fact]
    public async Task Line_OfTheDocument_IsAnsweredAsItSays()
    {
        using var docker = _brig.NewDocker();
        var wrong = new List<string>();
        foreach (var line in SupportTable.All)
        {
            using var request = new HttpRequestMessage(new(line.Method), Parameter().Replace(line.Path, "nobody") + (line.Path == "/build" ? "?target=none" : ""));   // or it would go on
            using var answer = await AnswerAsync(docker, request);
            bool streams = answer.IsSuccessStatusCode && line.Path == "/events";   // for ever
            string text = streams ? "" : await answer.Content.ReadAsStringAsync();
            bool isThere = !text.Contains("\"page not found\"", StringComparison.Ordinal);
            bool isRefused = !isThere || (int)answer.StatusCode is 501 or 503 || line.Chapter == "Plugins";
            if (line.State is "yes" or "partly" ? !isThere : !isRefused || answer.IsSuccessStatusCode)
            {
                wrong.Add($"{line.Method} {line.Path} is \"{line.State}\", and answers {(int)answer.StatusCode} {text}");
            }
        }
        Assert.Equal("", string.Join('\n', wrong));
    }

    [Fact]
    public void Route_ThatIsMapped_IsInTheDocument()
    {
        var routes = new Routes(_brig.Services);
        DockerRoutes.Map(routes);
        var known = SupportTable.All.Select(line => $"{line.Method} {Parameter().Replace(line.Path, "{}")}").ToHashSet(StringComparer.Ordinal);
        var mapped = routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => (Method: method, Path: "/" + route.RoutePattern.RawText!.TrimStart('/'))))
            .Where(route => !route.Path.Contains("{**", StringComparison.Ordinal))   // a name with slashes: its chapter tells them apart
            .Select(route => $"{route.Method} {Parameter().Replace(route.Path, "{}")}").ToArray();
        Assert.True(mapped.Length > 80);
        Assert.Equal([], mapped.Except(known));
    }

    private static async Task<HttpResponseMessage> AnswerAsync(HttpClient docker, HttpRequestMessage request)
    {
        try
        {
            return await docker.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            throw new Xunit.Sdk.XunitException($"{request.Method} {request.RequestUri} is not answered: {e.Message}");
        }
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    private sealed class Routes(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;
        public ICollection<EndpointDataSource> DataSources { get; } = [];
        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }
}
