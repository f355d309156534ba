namespace Brig.Engine.Containers;

/// <summary>Whose namespace: <c>new</c>, <c>host</c>, or <c>container:NAME</c>.</summary>
public readonly record struct NamespaceSpec(NamespaceSource Source, string? Container = null)
{
    public static readonly NamespaceSpec New = new(NamespaceSource.New);
    public static readonly NamespaceSpec Host = new(NamespaceSource.Host);

    public static NamespaceSpec OfContainer(string idOrName) => new(NamespaceSource.Container, idOrName);

    public override string ToString() => Source switch
    {
        NamespaceSource.New => "new",
        NamespaceSource.Host => "host",
        _ => "container:" + Container,
    };
}

public enum NamespaceSource { New, Host, Container }

/// <summary>The eight kinds of namespaces(7). Mount cannot be the host's: a container has a root file system of its own.</summary>
public sealed record Namespaces
{
    public NamespaceSpec Mount { get; init; } = NamespaceSpec.New;
    public NamespaceSpec Pid { get; init; } = NamespaceSpec.New;
    public NamespaceSpec Net { get; init; } = NamespaceSpec.New;
    public NamespaceSpec Uts { get; init; } = NamespaceSpec.New;
    public NamespaceSpec Ipc { get; init; } = NamespaceSpec.New;
    public NamespaceSpec Cgroup { get; init; } = NamespaceSpec.New;
    public NamespaceSpec User { get; init; } = NamespaceSpec.Host;
    public NamespaceSpec Time { get; init; } = NamespaceSpec.Host;
}
