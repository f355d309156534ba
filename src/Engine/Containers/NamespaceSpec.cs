namespace Brig.Engine.Containers;

/// <summary>Whose namespace: <c>new</c>, <c>host</c>, <c>container:NAME</c>, or <c>auto</c>.</summary>
public readonly record struct NamespaceSpec(NamespaceSource Source, string? Container = null)
{
    public static readonly NamespaceSpec New = new(NamespaceSource.New);
    public static readonly NamespaceSpec Host = new(NamespaceSource.Host);
    public static readonly NamespaceSpec Auto = new(NamespaceSource.Auto);

    public static NamespaceSpec OfContainer(string idOrName) => new(NamespaceSource.Container, idOrName);

    public override string ToString() => Source switch
    {
        NamespaceSource.New => "new",
        NamespaceSource.Host => "host",
        NamespaceSource.Auto => "auto",
        _ => "container:" + Container,
    };
}

public enum NamespaceSource
{
    New,
    Host,
    Container,

    /// <summary>Of the user namespace only, and only asked: create decides, so no container has it. <see cref="NamespacePlans.Resolve"/> tells how.</summary>
    Auto,
}

/// <summary>The eight kinds of namespaces(7). Mount cannot be the host's: a container has a root file system of its own.</summary>
public sealed record Namespaces
{
    public NamespaceSpec Mount { get; init; } = NamespaceSpec.New;
    public NamespaceSpec Pid { get; init; } = NamespaceSpec.New;
    public NamespaceSpec Net { get; init; } = NamespaceSpec.New;
    public NamespaceSpec Uts { get; init; } = NamespaceSpec.New;
    public NamespaceSpec Ipc { get; init; } = NamespaceSpec.New;
    public NamespaceSpec Cgroup { get; init; } = NamespaceSpec.New;

    /// <summary>With <c>new</c> the container has 65,536 ids of its own, and its root is nobody on the host.</summary>
    public NamespaceSpec User { get; init; } = NamespaceSpec.Auto;
    public NamespaceSpec Time { get; init; } = NamespaceSpec.Host;
}
