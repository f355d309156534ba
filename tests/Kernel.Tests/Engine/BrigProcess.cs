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

    public static async Task<BrigProcess> StartAsync(EngineScene scene)
    {
        var start = new ProcessStartInfo(Find()) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in (Dictionary<string, string>)new()
        {
            ["BRIG_ROOT"] = scene.Root, ["BRIG_RUN"] = scene.Run, ["BRIG_SHIM"] = ShimFile.Path, ["BRIG_URLS"] = "http://127.0.0.1:0", ["BRIG_TOKEN"] = Token,
        })
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
    public async Task<string> RunAsync(string script, params object[] mounts)
    {
        var answer = await _http.PostAsJsonAsync("containers", new { image = "brig/busybox", command = new[] { "sh", "-c", script }, mounts });
        answer.EnsureSuccessStatusCode();
        string id = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["id"]!.GetValue<string>();
        (await _http.PostAsync($"containers/{id}/start", null)).EnsureSuccessStatusCode();
        return id;
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
