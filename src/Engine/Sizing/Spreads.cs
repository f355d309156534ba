namespace Brig.Engine.Sizing;

internal static class Spreads
{
    /// <summary>Null: nothing was measured.</summary>
    public static Spread? Of(double[] averages, double[] most)
    {
        double[] middle = Known(averages), top = Known(most);
        return top.Length == 0 ? null : new(Part(middle.Length == 0 ? top : middle, 0.5), Part(top, 0.99), top[^1]);
    }

    /// <summary>Sorted, without those that are not known.</summary>
    public static double[] Known(double[] values)
    {
        double[] known = [.. values.Where(double.IsFinite)];
        Array.Sort(known);
        return known;
    }

    /// <param name="sorted">Not empty.</param>
    /// <param name="part">0 to 1.</param>
    public static double Part(double[] sorted, double part) => sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)];
}
