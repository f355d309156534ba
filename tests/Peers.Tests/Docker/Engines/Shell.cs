using System.Diagnostics;
using Brig.Tests;

namespace Brig.Peers.Tests.Docker.Engines;

/// <summary>Runs a program to its end, or to the end of everybody's patience.</summary>
internal static class Shell
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    /// <returns>Its exit code, null if it had to be ended; what it printed.</returns>
    public static async Task<(int? Code, string Output, string Errors)> RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardOutputEncoding = start.StandardErrorEncoding = System.Text.Encoding.UTF8;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await Task.WhenAll(process.WaitForExitAsync(), output, errors).WaitAsync(Wait.Scale(s_patience));
            return (process.ExitCode, await output, await errors);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            await Task.WhenAll(output, errors).WaitAsync(Wait.Limit);
            return (null, await output, await errors);
        }
    }
}
