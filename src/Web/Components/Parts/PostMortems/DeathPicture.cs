using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Brig.Engine.PostMortems;

namespace Brig.Web.Components.Parts.PostMortems;

/// <summary>One column of a last minute as paths of an SVG: a minute wide, from zero to the most of values and limit.</summary>
/// <param name="Lines">Gaps where nothing is known part it.</param>
public sealed record DeathPicture(
    ImmutableArray<string> Lines, ImmutableArray<string> Areas, string? LimitY, string EndX, double? Newest, double? Most, double? Limit, ImmutableArray<(DateTimeOffset At, double? Value)> Rows)
{
    public const int Width = 600, Height = 120;
    private const double Seconds = 60, Room = 1.08;

    public static DeathPicture Of(LastMinute minute, string column, string? limitColumn, DateTimeOffset end, double? last)
    {
        var rows = minute.Times.Zip(minute.Series.GetValueOrDefault(column, []), (at, value) => (at, value)).ToList();
        if (last is not null)
        {
            rows.Add((end, last));
        }
        double? limit = limitColumn is null ? null : minute.Series.GetValueOrDefault(limitColumn, []).LastOrDefault();
        double most = rows.Max(row => row.value) ?? 0;
        double top = Math.Max(Math.Max(most, limit is { } line && line < most * 20 ? line : 0), double.Epsilon) * Room;   // a limit far above would press the line flat
        var lines = ImmutableArray.CreateBuilder<string>();
        var areas = ImmutableArray.CreateBuilder<string>();
        for (int i = 0; i < rows.Count;)
        {
            int from = i;
            while (i < rows.Count && rows[i].value is not null)
            {
                i++;
            }
            if (i > from)
            {
                string path = Path(rows[from..i].Select(row => (X(row.at, end), Y(row.value!.Value, top))));
                lines.Add("M" + path);
                areas.Add($"M{Number(X(rows[from].at, end))} {Height}L{path}L{Number(X(rows[i - 1].at, end))} {Height}Z");
            }
            i++;
        }
        return new(lines.ToImmutable(), areas.ToImmutable(), limit is { } drawn && drawn <= top ? Number(Y(drawn, top)) : null, Number(X(end, end)), rows.LastOrDefault().value, most, limit, [.. rows]);
    }

    private static double X(DateTimeOffset at, DateTimeOffset end) => Math.Clamp((1 - (end - at).TotalSeconds / Seconds) * (Width - 4), 0, Width);

    private static double Y(double value, double top) => Height - value / top * Height;

    private static string Path(IEnumerable<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        foreach (var (x, y) in points)
        {
            path.Append(path.Length == 0 ? "" : "L").Append(Number(x)).Append(' ').Append(Number(y));
        }
        return path.ToString();
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
