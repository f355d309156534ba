using System.Buffers;
using System.Globalization;
using System.Text;

namespace Brig.Web.Prometheus;

internal enum FamilyType { Counter, Gauge, Summary }

/// <summary>
/// Writes Prometheus' text format 0.0.4, or OpenMetrics 1.0 (github.com/prometheus/OpenMetrics), straight into the answer: one family
/// after the other, all samples of one together.
/// </summary>
internal sealed class Exposition(IBufferWriter<byte> to, bool openMetrics)
{
    private const string Total = "_total";
    private const int LongestNumber = 32;
    private byte[] _name = [];

    /// <param name="help">One line without a backslash or a quotation mark.</param>
    public void Family(string name, FamilyType type, string help)
    {
        _name = Encoding.ASCII.GetBytes(name);
        // OpenMetrics names a family without what its samples end in, and has no counter that does not end so: those of cAdvisor's are of unknown type there.
        bool isNamedSo = name.EndsWith(Total, StringComparison.Ordinal);
        string family = openMetrics && type == FamilyType.Counter && isNamedSo ? name[..^Total.Length] : name;
        string word = type switch
        {
            FamilyType.Counter => openMetrics && !isNamedSo ? "unknown" : "counter",
            FamilyType.Gauge => "gauge",
            _ => "summary",
        };
        Encoding.UTF8.GetBytes($"# HELP {family} {help}\n# TYPE {family} {word}\n", to);
    }

    /// <param name="labels">As <see cref="Labels"/> makes them; empty: none.</param>
    /// <param name="more">Another, in the same form.</param>
    /// <param name="suffix">Of a summary's sample.</param>
    public void Sample(double value, ReadOnlySpan<byte> labels = default, ReadOnlySpan<byte> more = default, ReadOnlySpan<byte> suffix = default)
    {
        var line = to.GetSpan(_name.Length + suffix.Length + labels.Length + more.Length + LongestNumber + 8);
        int at = 0;
        Put(line, ref at, _name);
        Put(line, ref at, suffix);
        if (!labels.IsEmpty || !more.IsEmpty)
        {
            line[at++] = (byte)'{';
            Put(line, ref at, labels);
            if (!labels.IsEmpty && !more.IsEmpty)
            {
                line[at++] = (byte)',';
            }
            Put(line, ref at, more);
            line[at++] = (byte)'}';
        }
        line[at++] = (byte)' ';
        Number(line, ref at, value);
        line[at++] = (byte)'\n';
        to.Advance(at);
    }

    public void End()
    {
        if (openMetrics)
        {
            to.Write("# EOF\n"u8);
        }
    }

    private static void Number(Span<byte> line, ref int at, double value)
    {
        if (double.IsInfinity(value))
        {
            Put(line, ref at, value > 0 ? "+Inf"u8 : "-Inf"u8);
            return;
        }
        // Shortest text that is this number again; whole ones without an exponent, as other exporters write them.
        bool fits = Math.Abs(value) < 1L << 53 && value == Math.Truncate(value)
            ? ((long)value).TryFormat(line[at..], out int length, default, CultureInfo.InvariantCulture)
            : value.TryFormat(line[at..], out length, default, CultureInfo.InvariantCulture);
        System.Diagnostics.Debug.Assert(fits);
        at += length;
    }

    private static void Put(Span<byte> line, ref int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(line[at..]);
        at += bytes.Length;
    }
}
