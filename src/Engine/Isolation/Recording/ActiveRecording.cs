using Brig.Linux.Bpf;

namespace Brig.Engine.Isolation;

/// <summary>A recording that is on. Everything is touched under <see cref="Gate"/>.</summary>
internal sealed class ActiveRecording(KeptRecording kept)
{
    public Lock Gate { get; } = new();

    /// <summary>What was counted before the watching that goes on.</summary>
    public KeptRecording Kept { get; set; } = kept;

    /// <summary>Null while its container does not run.</summary>
    public UseRecorder? Live { get; set; }

    /// <summary>The container's version when this watching began: what was told of it before is about an earlier run.</summary>
    public long Since { get; set; }

    public KeptRecording Now() => Live is null ? Kept : Kept.With(Live.Read(), Live.CapabilitiesUnknown);
}
