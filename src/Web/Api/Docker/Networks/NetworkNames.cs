using System.Security.Cryptography;
using System.Text;
using Brig.Engine.Networks;

namespace Brig.Web.Api.Docker;

/// <summary>Where Docker's names of networks and Brig's meet. Docker's <c>bridge</c> is Brig's default network; its <c>host</c> and <c>none</c> are none of Brig's, but listed as networks.</summary>
internal static class NetworkNames
{
    public const string Bridge = "bridge", Host = "host", None = "none";

    /// <summary>What nobody may make or remove.</summary>
    public static bool IsPredefined(string name) => name is Bridge or Host or None or NetworkSpec.DefaultName;

    public static string ToBrig(string docker) => docker == Bridge ? NetworkSpec.DefaultName : docker;

    public static string ToDocker(string brig) => brig == NetworkSpec.DefaultName ? Bridge : brig;

    /// <summary>Of <c>host</c> and <c>none</c>: the same for ever.</summary>
    public static string IdOf(string predefined) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("docker network " + predefined)));
}
