using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Brig.Tests;

/// <summary>
/// The real <c>brig</c> with a root, a run folder, a port and a token of its own. Disposing it removes its containers and its folders.
/// The program is <c>BRIG_EXECUTABLE</c>, else this build's; the shim is <c>BRIG_SHIM</c>, else artifacts/shim/brig-shim.
/// </summary>
public sealed partial class BrigProcess : IAsyncDisposable
{
    private const int SIGTERM = 15;
    private const string ReadyPrefix = "Brig is ready: ";

    private readonly Dictionary<string, string> _environment;
    private readonly List<string> _errors = [];
    private Process? _process;

    /// <summary>It answers; without this, cleaning up would hide why it did not become ready.</summary>
    private bool _ready;

    private BrigProcess(Dictionary<string, string> environment)
    {
        Home = Directory.CreateTempSubdirectory("brig-").FullName;
        Token = Guid.NewGuid().ToString("N");
        _environment = new()
        {
            ["BRIG_ROOT"] = Root,
            ["BRIG_RUN"] = Run,
            ["BRIG_URLS"] = "http://127.0.0.1:0",
            ["BRIG_TOKEN"] = Token,
            ["BRIG_DEFAULT_NETWORK"] = "none",   // the machine's firewall is nobody's to test with
            ["BRIG_SHIM"] = Environment.GetEnvironmentVariable("BRIG_SHIM") ?? Path.Combine(Repository, "artifacts/shim/brig-shim"),
        };
        foreach (var (name, value) in environment)
        {
            _environment[name] = value;
        }
    }

    /// <summary>The folder both others lie in.</summary>
    public string Home { get; }
    public string Root => Path.Combine(Home, "root");
    public string Run => Path.Combine(Home, "run");
    public string Token { get; }
    public int Pid => _process?.Id ?? throw new InvalidOperationException("brig does not run.");

    /// <summary>Its one-time link, as printed.</summary>
    public Uri LoginLink { get; private set; } = null!;

    /// <summary>For example <c>http://127.0.0.1:40123/</c>; another one after a restart, unless BRIG_URLS was given.</summary>
    public Uri Url => new(LoginLink.GetLeftPart(UriPartial.Authority));

    /// <summary>Where its pages are, for example <c>http://127.0.0.1:40123/~q83vEjRWeJA/</c>.</summary>
    public Uri Pages => new(Url, $"/~{File.ReadAllText(Path.Combine(Root, "keys/path"))}/");

    /// <summary>Carries the token; its base address is <see cref="Url"/>.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>Everything it wrote to standard error.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return string.Join('\n', _errors);
            }
        }
    }

    /// <summary>The folder of Dashboard.sln.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Starts one and waits for its ready line.</summary>
    /// <param name="environment">More settings, or others.</param>
    public static async Task<BrigProcess> StartAsync(params (string Name, string Value)[] environment)
    {
        var brig = new BrigProcess(environment.ToDictionary(one => one.Name, one => one.Value));
        try
        {
            await brig.LaunchAsync();
            return brig;
        }
        catch
        {
            await brig.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs <c>brig</c> with these arguments to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunToEndAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Begin(environment, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Wait.Limit);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Runs a subcommand, such as <c>login-link</c>, with the settings of this one.</summary>
    public Task<(int Code, string Output, string Errors)> CommandAsync(params string[] arguments) => RunToEndAsync(_environment, arguments);

    /// <summary>Starts it again after <see cref="StopAsync"/> or <see cref="KillAsync"/>, on the same folders.</summary>
    public Task StartAgainAsync() => LaunchAsync();

    /// <summary>SIGTERM.</summary>
    /// <returns>Exit code, and how long it took.</returns>
    public async Task<(int Code, TimeSpan Took)> StopAsync()
    {
        var process = _process ?? throw new InvalidOperationException("brig does not run.");
        long start = Stopwatch.GetTimestamp();
        _ = kill(process.Id, SIGTERM);
        await process.WaitForExitAsync().WaitAsync(Wait.Limit);
        var took = Stopwatch.GetElapsedTime(start);
        int code = process.ExitCode;
        Forget();
        return (code, took);
    }

    /// <summary>SIGKILL: what a crash or the OOM killer does. Containers and shims go on.</summary>
    public async Task KillAsync()
    {
        var process = _process ?? throw new InvalidOperationException("brig does not run.");
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(Wait.Limit);
        Forget();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_process is null && LoginLink is not null && Directory.Exists(Path.Combine(Run, "shims")) && Directory.EnumerateFileSystemEntries(Path.Combine(Run, "shims")).Any())
            {
                await LaunchAsync(); // it knows best how to end what it made
            }
            if (_ready)
            {
                await RemoveContainersAsync();
                await StopAsync();
            }
        }
        finally
        {
            if (_process is { } left)
            {
                left.Kill();
                await left.WaitForExitAsync();
            }
            Forget();
            await TempFolder.RemoveAsync(Home);
        }
    }

    private async Task RemoveContainersAsync()
    {
        using var pods = JsonDocument.Parse(await Http.GetStringAsync(new Uri("/api/v1/pods", UriKind.Relative)));
        foreach (var pod in pods.RootElement.EnumerateArray())
        {
            using var _ = await Http.DeleteAsync(new Uri($"/api/v1/pods/{pod.GetProperty("id").GetString()}?force=true", UriKind.Relative));
        }
        using var list = JsonDocument.Parse(await Http.GetStringAsync(new Uri("/api/v1/containers", UriKind.Relative)));
        foreach (var container in list.RootElement.EnumerateArray())
        {
            using var _ = await Http.DeleteAsync(new Uri($"/api/v1/containers/{container.GetProperty("id").GetString()}?force=true", UriKind.Relative));
        }
    }

    private async Task LaunchAsync()
    {
        _process = Begin(_environment);
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.Add(line.Data ?? "");
            }
        };
        _process.BeginErrorReadLine();
        string? ready = await _process.StandardOutput.ReadLineAsync().WaitAsync(Wait.Limit);
        if (ready is null || !ready.StartsWith(ReadyPrefix, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"brig did not become ready; it printed \"{ready}\" and told: {Errors}");
        }
        LoginLink = new Uri(ready[ReadyPrefix.Length..]);
        Http = new HttpClient { BaseAddress = Url, Timeout = Wait.Scale(TimeSpan.FromMinutes(10)) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _environment["BRIG_TOKEN"]);
        _ready = true;
    }

    private void Forget()
    {
        _ready = false;
        _process?.Dispose();
        _process = null;
        Http?.Dispose();
    }

    private static Process Begin(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable(), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        return Process.Start(start)!;
    }

    /// <summary>Of the same configuration as these tests.</summary>
    private static string Executable()
    {
        string configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        return Environment.GetEnvironmentVariable("BRIG_EXECUTABLE") ?? Path.Combine(Repository, "src/Web/bin", configuration, "net9.0/linux-x64/brig");
    }

    private static string FindRepository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Dashboard.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }
        return folder ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} lies in no clone of the repository.");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
