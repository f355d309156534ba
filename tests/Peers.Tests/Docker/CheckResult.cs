namespace Brig.Peers.Tests.Docker;

/// <summary>What a check did with one engine.</summary>
/// <param name="ExitCode">Null: it did not end in time.</param>
internal sealed record CheckResult(Check Check, string Engine, int? ExitCode, string Output, string Errors)
{
    public bool Passed => ExitCode == Check.ExitCode && Check.Matches(Output);

    public override string ToString() =>
        $"""
        {Check.Title}: with {Engine} it {(ExitCode is null ? "did not end" : $"ended with {ExitCode}")}{(ExitCode == Check.ExitCode ? "" : $" and not with {Check.ExitCode}")}.
        {Check.Script.Trim()}
        --- expected
        {string.Join('\n', Check.Expected).Replace("$N", Check.Prefix, StringComparison.Ordinal)}
        --- printed
        {Output}
        --- errors
        {Errors}
        """;
}
