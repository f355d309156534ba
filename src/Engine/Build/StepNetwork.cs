namespace Brig.Engine.Build;

/// <summary>What of networks a RUN has.</summary>
internal enum StepNetwork
{
    /// <summary>A loopback of its own.</summary>
    None,

    /// <summary>As a container that names no network.</summary>
    Default,

    /// <summary>The machine's, when the build was asked to have it.</summary>
    Host,
}
