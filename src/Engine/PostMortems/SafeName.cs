using System.Globalization;
using System.Text;
using Brig.Linux.KernelLog;

namespace Brig.Engine.PostMortems;

/// <summary>A process's name, which is any 15 bytes its process likes, as it may stand in a sentence: what cannot be seen, or changes how others are seen, is escaped.</summary>
internal static class SafeName
{
    /// <param name="escaped">As the kernel's log has it.</param>
    public static string OfKernel(string escaped) => Of(KernelMessage.Unescape(escaped));

    public static string Of(string name)
    {
        var safe = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
                    or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned:
                    safe.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
                    break;
                default:
                    safe.Append(rune.ToString());
                    break;
            }
        }
        return safe.ToString();
    }
}
