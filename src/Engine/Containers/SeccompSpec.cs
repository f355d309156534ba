namespace Brig.Engine.Containers;

public enum SeccompChoice
{
    /// <summary>The daemon's own profile: Brig's, or the file that BRIG_SECCOMP_PROFILE names.</summary>
    Default,

    /// <summary>No filter. What a privileged container gets as well.</summary>
    Unconfined,

    /// <summary>The profile that comes with the spec.</summary>
    Custom,
}

/// <summary>Which system calls the container's programs may make (seccomp(2)).</summary>
/// <param name="Profile">Custom only, and required there: the text of a profile in Docker's JSON format, at most 256 KiB.</param>
/// <param name="Tell">
/// Whether denied calls are told with process and count. A program inside can then have no listener of its own: its seccomp(2) with
/// SECCOMP_FILTER_FLAG_NEW_LISTENER fails with EBUSY.
/// </param>
public sealed record SeccompSpec(SeccompChoice Mode = SeccompChoice.Default, string? Profile = null, bool Tell = true)
{
    public static readonly SeccompSpec Default = new();
}
