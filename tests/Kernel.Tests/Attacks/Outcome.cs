namespace Brig.Kernel.Tests.Attacks;

internal enum Result { Succeeded, Stopped, Absent }

/// <summary>One line of the program: what came of an attack.</summary>
internal sealed record Outcome(Result Result, string Detail)
{
    /// <param name="line"><c>NAME succeeded|stopped|absent DETAIL</c>; null or empty: the program was killed before it could say.</param>
    public static Outcome Parse(string? line) =>
        string.IsNullOrEmpty(line) ? new(Result.Stopped, "it was killed")
        : line.Split(' ', 3) is [_, var word, var detail] && Enum.TryParse<Result>(word, ignoreCase: true, out var result) ? new(result, detail)
        : throw new FormatException($"the program says \"{line}\"");

    public override string ToString() => $"{Result}: {Detail}";
}
