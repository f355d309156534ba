using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Linux.Net;
using Brig.Linux.Wire;

namespace Brig.Engine.Isolation;

/// <summary>Reads in a container as one of its processes would, by a shim's child that joins it and executes nothing of it.</summary>
internal sealed class InsideReader(ShimProcess shims)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <exception cref="EngineException">It ended, or its root killed or stopped the one that looks.</exception>
    public async Task<InsideAnswer> ReadAsync(ContainerRun run, ImmutableArray<LookFile> files, ImmutableArray<string> folders, bool network, CancellationToken stop)
    {
        await using var shim = await shims.StartAsync();
        var answer = await AnswerAsync(shim, new(new(run.Pid, run.StartTicks), files, folders, network), stop);
        shims.Refill();
        var read = ImmutableDictionary.CreateBuilder<string, (int, byte[])>(StringComparer.Ordinal);
        int at = 0;
        foreach (string path in files.Select(file => file.Path).Concat(folders))
        {
            read[path] = (answer.Entries[at].Errno, answer.Entries[at].Bytes);
            at++;
        }
        return new(read.ToImmutable(), network ? NetLinks.Parse(answer.Entries[at].Bytes, answer.Entries[at + 1].Bytes) : []);
    }

    private static async Task<LookAnswer> AnswerAsync(ShimConnection shim, LookRequest request, CancellationToken stop)
    {
        try
        {
            return await shim.LookAsync(request).WaitAsync(Patience, stop);
        }
        catch (TimeoutException)
        {
            throw EngineException.Unavailable("The container could not be looked into in time; the machine is busy, or its root hinders it.");
        }
    }
}
