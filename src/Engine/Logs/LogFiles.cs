using System.Globalization;

namespace Brig.Engine.Logs;

internal static class LogFiles
{
    public static string PathOf(string folder, int number) => Path.Combine(folder, number.ToString("000000", CultureInfo.InvariantCulture) + ".log");
}
