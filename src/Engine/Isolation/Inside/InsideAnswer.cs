using System.Collections.Immutable;
using System.Text;
using Brig.Linux;
using Brig.Linux.Net;
using Brig.Linux.Proc;

namespace Brig.Engine.Isolation;

/// <summary>What a process of ours read inside a container. All of it is hostile text.</summary>
internal sealed class InsideAnswer(ImmutableDictionary<string, (int Errno, byte[] Bytes)> read, ImmutableArray<NetLink> links)
{
    /// <summary>Empty where they were not asked for.</summary>
    public ImmutableArray<NetLink> Links { get; } = links;

    /// <summary>Null when it could not be read.</summary>
    public string? Text(string path) => read.TryGetValue(path, out var file) && file.Errno == 0 ? Encoding.UTF8.GetString(file.Bytes) : null;

    /// <summary>Of a folder.</summary>
    public ImmutableArray<string> Names(string path) => read.TryGetValue(path, out var folder) ? DirectoryNames.Parse(folder.Bytes) : [];

    /// <summary>As <c>ENOENT</c>; null when it could.</summary>
    public string? WhyNot(string path) => read.TryGetValue(path, out var file) && file.Errno != 0 ? Errno.Name(file.Errno) : null;
}
