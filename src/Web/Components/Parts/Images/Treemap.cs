namespace Brig.Web.Components.Parts.Images;

/// <summary>Where a tile lies, in percent of the map.</summary>
public readonly record struct TileBox(double X, double Y, double Width, double Height);

/// <summary>Squarified treemaps (Bruls, Huizing, van Wijk, 2000): areas as sizes, each as near to a square as it goes.</summary>
public static class Treemap
{
    /// <param name="sizes">Positive, the largest first.</param>
    /// <param name="ratio">Width of the map by its height.</param>
    /// <returns>One box for each size, in their order.</returns>
    public static TileBox[] Lay(IReadOnlyList<double> sizes, double ratio)
    {
        var boxes = new TileBox[sizes.Count];
        double all = sizes.Sum(), x = 0, y = 0, width = ratio, height = 1;
        for (int from = 0; from < sizes.Count;)
        {
            double side = Math.Min(width, height), scale = ratio / all, row = sizes[from] * scale, worst = Worst(row, row, row, side);
            int to = from + 1;
            for (; to < sizes.Count; to++)
            {
                double more = row + (sizes[to] * scale), then = Worst(sizes[from] * scale, sizes[to] * scale, more, side);
                if (then > worst)
                    break;
                (row, worst) = (more, then);
            }

            double thick = row / side, at = 0;
            for (int i = from; i < to; i++)
            {
                double length = sizes[i] * scale / thick;
                boxes[i] = width >= height ? Percent(x, y + at, thick, length, ratio) : Percent(x + at, y, length, thick, ratio);
                at += length;
            }

            if (width >= height)
                (x, width) = (x + thick, width - thick);
            else
                (y, height) = (y + thick, height - thick);
            from = to;
        }

        return boxes;
    }

    /// <summary>The longest side by the shortest, of the worst tile in a row along <paramref name="side"/>.</summary>
    private static double Worst(double largest, double smallest, double row, double side) =>
        Math.Max(side * side * largest / (row * row), row * row / (side * side * smallest));

    private static TileBox Percent(double x, double y, double width, double height, double ratio) => new(100 * x / ratio, 100 * y, 100 * width / ratio, 100 * height);
}
