using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

/// <summary>The real program, <c>BRIG_EXECUTABLE</c> or the one of this build, over a scene's folders: to be killed.</summary>
internal sealed class BrigProcess : IDisposable
{
    private const string Token = "a-token-for-tests-only";
    private readonly Process _process;
    private readonly HttpClient _http = new();

    private BrigProcess(Process process) => _process = process;

    /// <summary>Where it listens.</summary>
    public Uri Address => _http.BaseAddress!;

    /// <param name="settings">Over the usual ones.</param>
    public static async Task<BrigProcess> StartAsync(EngineScene scene, params (string Key, string Value)[] settings)
    {
        var start = new ProcessStartInfo(Find()) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in (Dictionary<string, string>)new()
        {
            ["BRIG_ROOT"] = scene.Root, ["BRIG_RUN"] = scene.Run, ["BRIG_SHIM"] = ShimFile.Path, ["BRIG_URLS"] = "http://127.0.0.1:0", ["BRIG_TOKEN"] = Token, ["BRIG_DEFAULT_NETWORK"] = "none",
        })
        {
            start.Environment[key] = value;
        }
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }
        var brig = new BrigProcess(Process.Start(start)!);
        var said = new ConcurrentQueue<string?>();
        brig._process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data);
        brig._process.BeginErrorReadLine();
        try
        {
            using var limit = new CancellationTokenSource(Wait.Limit);
            while (await brig._process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                said.Enqueue(line);
                if (line.StartsWith("Brig is ready: ", StringComparison.Ordinal))
                {
                    brig._http.BaseAddress = new(new Uri(line["Brig is ready: ".Length..]), "/api/v1/");
                    brig._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
                    return brig;
                }
            }
            throw new InvalidOperationException($"brig ended before it was ready; it said: {string.Join('\n', said)}");
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"brig was not ready in {Wait.Limit.TotalSeconds} s; it said: {string.Join('\n', said)}");
        }
        finally
        {
            if (brig._http.BaseAddress is null)
            {
                brig.Dispose();
            }
        }
    }

    /// <returns>The new container's id.</returns>
    public Task<string> RunAsync(string script, params object[] mounts) => RunAsync(new { image = "brig/busybox", command = new[] { "sh", "-c", script }, mounts });

    /// <param name="spec">As the API takes it.</param>
    /// <returns>The new thing's id.</returns>
    public async Task<string> MakeAsync(string path, object spec)
    {
        var answer = await _http.PostAsJsonAsync(path, spec);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!["id"]!.GetValue<string>();
    }

    public async Task<string> RunAsync(object spec)
    {
        string id = await CreateAsync(spec);
        await PostAsync($"containers/{id}/start");
        return id;
    }

    /// <returns>The new container's id.</returns>
    public Task<string> CreateAsync(string image, string script, params object[] mounts) => CreateAsync(new { image, command = new[] { "sh", "-c", script }, mounts });

    private Task<string> CreateAsync(object spec) => MakeAsync("containers", spec);

    public async Task RemoveAsync(string id) => (await _http.DeleteAsync($"containers/{id}?force=true")).EnsureSuccessStatusCode();

    /// <summary>Whether it was taken; false as well when the engine ended meanwhile.</summary>
    public async Task<bool> TryUploadAsync(string path, string file)
    {
        await using var body = File.OpenRead(file);
        return await TryUploadAsync(path, body);
    }

    public async Task<bool> TryUploadAsync(string path, Stream body, string type = "application/x-tar")
    {
        try
        {
            using var content = new StreamContent(body);
            content.Headers.ContentType = new(type);
            using var answer = await _http.PostAsync(path, content);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task<JsonNode> GetAsync(string path) => (await _http.GetFromJsonAsync<JsonNode>(path))!;

    public async Task PostAsync(string path)
    {
        var answer = await _http.PostAsync(path, null);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
        _http.Dispose();
    }

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("BRIG_EXECUTABLE") is { Length: > 0 } path)
        {
            return path;
        }
        string folder = AppContext.BaseDirectory;
        string built = folder.Replace("/tests/Kernel.Tests/", "/src/Web/", StringComparison.Ordinal) + "brig";
        return File.Exists(built) ? built : throw new FileNotFoundException($"{built} is not built, and BRIG_EXECUTABLE is not set");
    }
}
