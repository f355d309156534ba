using System.Buffers.Text;
using System.Security.Cryptography;
using Brig.Web.Options;

namespace Brig.Web.Auth;

/// <summary>
/// The path below which browsers find the dashboard: <c>/~</c> and 64 random bits, the same for everybody and after every restart. Browsers send a
/// cookie to every port of the host it came from, published ports of containers too, but only to paths below its own; a page on such a port that
/// does not know this path is never sent the cookie, and no page of another origin can read an address of ours. Programs with a token need no path.
/// </summary>
internal sealed class HiddenPath
{
    private const string Prefix = "/~";

    public HiddenPath(BrigOptions options)
    {
        string file = Path.Combine(options.Keys, "path");
        if (!File.Exists(file))
        {
            File.WriteAllText(file + ".new", Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(8)));
            File.Move(file + ".new", file);
        }
        Base = Prefix + File.ReadAllText(file);
    }

    /// <summary>For example <c>/~q83vEjRWeJA</c>.</summary>
    public PathString Base { get; }
}
