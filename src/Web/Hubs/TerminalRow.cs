using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Web.Hubs;

/// <summary>A terminal as the page lists it.</summary>
/// <param name="ExitCode">Null while it runs.</param>
internal sealed record TerminalRow(string Id, ImmutableArray<string> Command, DateTimeOffset StartedAt, bool Running, int? ExitCode)
{
    public static TerminalRow Of(Exec exec) => new(exec.Id, exec.Spec.Command, exec.StartedAt, exec.Exit is null, exec.Exit?.Code);
}
