namespace Brig.Web.Api;

internal static class ApiLimits
{
    /// <summary>Bytes of a request's body; importing an image has no limit.</summary>
    public const long Body = 4 * 1024 * 1024;

    public static readonly string TooLarge = $"The request's body is too large: this takes at most {Body / 1024 / 1024} MiB.";
}
