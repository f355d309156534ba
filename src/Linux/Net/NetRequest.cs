using System.Collections.Immutable;

namespace Brig.Linux.Net;

/// <summary>One message for the kernel's networking, with what a person reads of it. Made by <see cref="NetRequests"/>.</summary>
/// <param name="Call">For example <c>RTM_NEWLINK</c>.</param>
/// <param name="Object">What it is about, for the sentence of an error: an interface's name.</param>
/// <param name="Arguments">Readable, for the birth record.</param>
/// <param name="Shell">The same as a command.</param>
public sealed record NetRequest(string Call, string Object, string Arguments, string Shell)
{
    internal byte[] Bytes { get; init; } = [];

    /// <summary>Errnos that are no failure.</summary>
    internal ImmutableArray<int> Tolerated { get; init; } = [];

    /// <summary>With one more errno that is no failure, for example ENODEV where what is deleted may be gone.</summary>
    public NetRequest Tolerating(int errno) => this with { Tolerated = Tolerated.Add(errno) };
}
