using System.Globalization;
using Brig.Engine;

namespace Brig.Web.Api.Docker;

/// <summary>Query parameters as Docker reads them.</summary>
internal static class DockerWords
{
    /// <summary>Whatever is not empty, 0, no, false or none means yes.</summary>
    public static bool Flag(this HttpRequest request, string name, bool usual = false)
    {
        string? text = request.Query[name];
        return text is null ? usual : text.Trim().ToLowerInvariant() is not ("" or "0" or "no" or "false" or "none");
    }

    /// <summary>Null: not given, or empty.</summary>
    public static string? Word(this HttpRequest request, string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>Null: not given, or empty.</summary>
    /// <exception cref="EngineException">Invalid: no whole number.</exception>
    public static int? Number(this HttpRequest request, string name) => request.Word(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
        : throw EngineException.Invalid($"strconv.Atoi: parsing \"{text}\": invalid syntax");
}
