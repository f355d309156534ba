namespace Brig.Shim.Launch;

/// <summary>Who the program runs as, looked up inside the image.</summary>
internal sealed record Identity(uint User, uint Group, uint[] Groups, string Home)
{
    public static readonly Identity Root = new(0, 0, [], "/");
}
