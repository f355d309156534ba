using Brig.Engine.Isolation;

namespace Brig.Web.Components.Parts.Tabs.Isolation;

/// <summary>How a process has a capability (capabilities(7)), the strongest that is true.</summary>
public enum CapabilityHold
{
    /// <summary>In use, and kept through an execve of any program.</summary>
    Ambient,

    /// <summary>The kernel honours it now.</summary>
    Effective,

    /// <summary>It may switch it on.</summary>
    Permitted,

    /// <summary>It has it not, but a program it executes may bring it.</summary>
    Bounding,
}

public static class CapabilityHolds
{
    public static CapabilityHold? Of(ProcessPrivileges process, string name) =>
        process.Ambient.Has(name) ? CapabilityHold.Ambient
        : process.Effective.Has(name) ? CapabilityHold.Effective
        : process.Permitted.Has(name) ? CapabilityHold.Permitted
        : process.Bounding.Has(name) ? CapabilityHold.Bounding
        : null;
}
