namespace Brig.Architecture.Tests;

internal static class Breaches
{
    /// <summary>Fails with every breach in full, one per line.</summary>
    public static void None(IEnumerable<string> breaches)
    {
        string[] all = [.. breaches.Order(StringComparer.Ordinal)];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }
}
