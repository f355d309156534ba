using System.Globalization;

namespace Brig.Web.Components.Parts.Tabs.Isolation;

/// <summary>
/// Where the lines of the cell run. Its outermost wall is the eight namespaces, four sides above and four below, so that the door of a shared one leads
/// straight out; inside it the other walls stand as rings, each with room for its words below its upper side. Lengths in pixels of the drawing.
/// </summary>
/// <param name="Rings">Within the namespaces.</param>
/// <param name="Side">Between two walls, left and right.</param>
/// <param name="Top">Above; holds a line of words.</param>
/// <param name="Bottom">Below.</param>
public sealed record CellShape(double Width, int Rings, double Side, double Top, double Bottom, double Core)
{
    /// <summary>Room for neighbours.</summary>
    private const double Outside = 27, Half = 1.5, Gap = 3.5, Door = 15;

    public double Height => 2 * Outside + 2 * Top + (Rings - 1) * (Top + Bottom) + Top + Core + Bottom;

    /// <summary>0: the namespaces; 1 … <see cref="Rings"/>; one more: the room in the middle.</summary>
    public Box Ring(int ring)
    {
        double top = Outside + ring * Top;
        double bottom = ring == 0 ? Outside : Outside + Top + (ring - 1) * Bottom;
        return new(Half + ring * Side, top, Width - 2 * (Half + ring * Side), Height - top - bottom, Math.Max(3, 16 - 1.6 * ring));
    }

    /// <summary>The ground between a wall and the next.</summary>
    public string Ground(int ring) => Ring(ring).Path + Ring(ring + 1).Path;

    /// <summary>One of the outer wall's eight sides; with a door where it is shared.</summary>
    public string Side8(int side, bool door)
    {
        var box = Ring(0);
        double length = box.Width / 4, from = box.X + side % 4 * length, to = from + length, middle = box.Y + box.Height / 2;
        bool above = side < 4;
        double y = above ? box.Y : box.Bottom, outward = above ? -1 : 1, r = box.Radius;
        string begin = side % 4 == 0
            ? $"M{N(box.X)} {N(middle + outward * Gap)}V{N(y - outward * r)}A{N(r)} {N(r)} 0 0 {(above ? 1 : 0)} {N(box.X + r)} {N(y)}"
            : $"M{N(from + Gap)} {N(y)}";
        string end = side % 4 == 3
            ? $"H{N(box.Right - r)}A{N(r)} {N(r)} 0 0 {(above ? 1 : 0)} {N(box.Right)} {N(y - outward * r)}V{N(middle + outward * Gap)}"
            : $"H{N(to - Gap)}";
        double center = (from + to) / 2, out8 = y + outward * 8;
        return door ? $"{begin}H{N(center - Door)}V{N(out8)}M{N(center + Door)} {N(out8)}V{N(y)}{end}" : begin + end;
    }

    /// <summary>The ground behind that side.</summary>
    public Box SideGround(int side)
    {
        var box = Ring(0);
        double length = box.Width / 4;
        return new(box.X + side % 4 * length, side < 4 ? box.Y : box.Bottom - Top, length, Top, 0);
    }

    public static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    public readonly record struct Box(double X, double Y, double Width, double Height, double Radius)
    {
        public double Right => X + Width;
        public double Bottom => Y + Height;
        public double Center => X + Width / 2;

        public string Path =>
            $"M{N(X + Radius)} {N(Y)}H{N(Right - Radius)}A{N(Radius)} {N(Radius)} 0 0 1 {N(Right)} {N(Y + Radius)}V{N(Bottom - Radius)}A{N(Radius)} {N(Radius)} 0 0 1 {N(Right - Radius)} {N(Bottom)}"
            + $"H{N(X + Radius)}A{N(Radius)} {N(Radius)} 0 0 1 {N(X)} {N(Bottom - Radius)}V{N(Y + Radius)}A{N(Radius)} {N(Radius)} 0 0 1 {N(X + Radius)} {N(Y)}Z";
    }
}
