using Brig.Tests;

namespace Brig.Peers.Tests.Comparison;

/// <summary>Where another engine makes its cgroups; they end with this.</summary>
internal sealed class PeerCgroup(string engine) : IAsyncDisposable
{
    public string Path { get; } = $"/brig-peers-{engine}-{Environment.ProcessId}";

    /// <summary>Of all that is in them, in whatever hierarchy.</summary>
    public int[] Processes() => CgroupFolders.Processes(Path);

    public async ValueTask DisposeAsync() => await CgroupFolders.RemoveAsync(Path, recursive: true);
}
