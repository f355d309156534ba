using System.Diagnostics;
using System.Text;

namespace Brig.Kernel.Tests.Images;

internal static class Shell
{
    /// <summary>What a script printed.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is the script and all it printed.</exception>
    public static async Task<string> RunAsync(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, StandardOutputEncoding = Encoding.UTF8,
        })!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{script}\n{output}\n{await errors}");
    }
}
