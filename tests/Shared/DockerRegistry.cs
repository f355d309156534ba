using System.Diagnostics;

namespace Brig.Tests;

/// <summary>Debian's docker-registry on a loopback port of its own.</summary>
public sealed class DockerRegistry : IAsyncDisposable
{
    private readonly Process _process;

    private DockerRegistry(string folder, int port, bool login, string? machine, (string Certificate, string Key)? tls)
    {
        Directory.CreateDirectory(folder);
        Host = $"127.0.0.1:{port}";
        // The password is "secret".
        File.WriteAllText(folder + "/htpasswd", "sailor:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n");
        File.WriteAllText(folder + "/config.yml", $"""
            version: 0.1
            log: {"{"} level: error {"}"}
            storage: {"{"} filesystem: {"{"} rootdirectory: {folder}/data {"}"}, delete: {"{"} enabled: true {"}"} {"}"}
            http: {"{"} addr: "{Host}"{(tls is { } files ? $", tls: {{ certificate: {files.Certificate}, key: {files.Key} }}" : "")} {"}"}
            {(login ? $"auth: {{ htpasswd: {{ realm: brig, path: {folder}/htpasswd }} }}" : "")}
            """);
        _process = Process.Start(new ProcessStartInfo("bash", ["-c", $"exec {Within(machine)} docker-registry serve {folder}/config.yml > {folder}/log 2>&1"]))!;
    }

    public string Host { get; }

    /// <param name="login">It wants one: <c>sailor</c>, <c>secret</c>.</param>
    /// <param name="machine">The file of the network namespace whose loopback it is; null: this one.</param>
    /// <param name="tls">Files in PEM; null: it speaks http.</param>
    public static async Task<DockerRegistry> StartAsync(string folder, bool login = false, string? machine = null, (string Certificate, string Key)? tls = null)
    {
        var registry = new DockerRegistry(folder, FreePort.Next(), login, machine, tls);
        await Wait.Until(async () =>
        {
            using var asked = Process.Start("bash", ["-c", $"{Within(machine)} bash -c '< /dev/tcp/{registry.Host.Replace(':', '/')}' 2> /dev/null"]);
            await asked.WaitForExitAsync();
            return asked.ExitCode == 0;
        }, () => $"the registry answers; it says {File.ReadAllText(folder + "/log")}");
        return registry;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string Within(string? machine) => machine is null ? "" : $"nsenter --net={machine} --";
}
