using System.Diagnostics;
using System.Security.Cryptography;
using Brig.Linux;

namespace Brig.Engine.Ids;

/// <summary>
/// Whether containers can have users of their own on this machine. The shim tries it with an empty layer below BRIG_ROOT: it needs Linux 5.19, user
/// namespaces that are not forbidden, and a file system that knows id-mapped mounts.
/// </summary>
internal sealed class UsersTrial(EnginePaths paths, EngineOptions options)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>Why not, as the beginning of a sentence; null: they can. Good once the engine is ready.</summary>
    public string? Failure { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        string folder = $"{paths.Trash}/users-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        try
        {
            foreach (string name in (string[])["lower", "upper", "work"])
            {
                Directory.CreateDirectory($"{folder}/{name}");
            }
            using var shim = Process.Start(new ProcessStartInfo(options.Shim, ["--users", folder]) { RedirectStandardError = true })!;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(Longest);
            try
            {
                string said = await shim.StandardError.ReadToEndAsync(limit.Token);
                await shim.WaitForExitAsync(limit.Token);
                Failure = shim.ExitCode == 0 ? null : $"Containers cannot have users of their own on this machine ({said.Trim()})";
            }
            catch (OperationCanceledException)
            {
                shim.Kill();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception or OperationCanceledException && !stop.IsCancellationRequested)
        {
            // Who cannot try can start nothing either, and then says why.
            Failure = null;
        }
        finally
        {
            Trash.Delete(folder);
        }
    }
}
