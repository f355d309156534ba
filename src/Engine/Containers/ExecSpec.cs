using System.Collections.Immutable;

namespace Brig.Engine.Containers;

/// <summary>A second program in a running container.</summary>
public sealed record ExecSpec
{
    public required ImmutableArray<string> Command { get; init; }
    public ImmutableArray<string> Env { get; init; } = [];
    public string? WorkingDir { get; init; }
    public string? User { get; init; }
    public bool Tty { get; init; }
    public bool OpenStdin { get; init; }
    public bool Privileged { get; init; }
    public int Rows { get; init; } = 24;
    public int Columns { get; init; } = 80;

    /// <summary>What whoever prepared it wants to see of it, and the keys he leaves its terminal by; null: the usual ones.</summary>
    public bool AttachStdout { get; init; } = true;
    public bool AttachStderr { get; init; } = true;
    public string? DetachKeys { get; init; }
}

/// <summary>One exec as the engine knows it.</summary>
/// <param name="Exit">Null while it runs.</param>
public sealed record Exec(string Id, ContainerId Container, ExecSpec Spec, int Pid, DateTimeOffset StartedAt, ExitStatus? Exit);

public enum OutputStream : byte { Stdout = 1, Stderr = 2 }

/// <summary>Bytes that came out. The memory is valid until the next read.</summary>
/// <param name="SkippedBytes">Bytes lost before these because this reader was too slow; 0 normally.</param>
public readonly record struct OutputChunk(OutputStream Stream, ReadOnlyMemory<byte> Bytes, long SkippedBytes);

/// <summary>A hold on the standard streams of a container or an exec. Several at once may exist; disposing one ends only that one.</summary>
public interface IAttachment : IAsyncDisposable
{
    /// <summary>What comes out from now on (or after the replay), until the program ends.</summary>
    IAsyncEnumerable<OutputChunk> ReadAsync(CancellationToken stop = default);
    ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken stop = default);
    ValueTask CloseInputAsync(CancellationToken stop = default);
    ValueTask ResizeAsync(int rows, int columns, CancellationToken stop = default);
}
