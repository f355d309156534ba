using System.Globalization;
using Brig.Engine;

namespace Brig.Web.Api.Docker;

/// <summary>Docker's reading of a query's words.</summary>
internal static class DockerQuery
{
    /// <summary>True for anything but nothing, 0, no, false and none.</summary>
    public static bool Flag(HttpContext http, string name, bool absent = false) =>
        http.Request.Query.TryGetValue(name, out var value) ? value.ToString().Trim().ToLowerInvariant() is not ("" or "0" or "no" or "false" or "none") : absent;

    public static string? Text(HttpContext http, string name) => http.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>Null for nothing and 0.</summary>
    /// <exception cref="EngineException">Invalid.</exception>
    public static DateTimeOffset? Time(HttpContext http, string name, TimeProvider time) =>
        Text(http, name) is { } text && DockerTime.Parse(text, time.GetUtcNow()) is var at && at != DateTimeOffset.UnixEpoch ? at : null;

    /// <summary>Null where it is not given.</summary>
    /// <exception cref="EngineException">Invalid: it is no whole number.</exception>
    public static long? Number(HttpContext http, string name) => Text(http, name) is not { } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : throw EngineException.Invalid($"\"{name}\" must be a whole number.");
}
