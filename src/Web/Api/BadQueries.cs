using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Brig.Web.Api;

/// <summary>Finds which value of a query an answer of 400 without a word was about: the code that binds optional ones, made at build time, does not tell.</summary>
internal static class BadQueries
{
    public static string? Sentence(HttpContext http)
    {
        foreach (var parameter in http.GetEndpoint()?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [])
        {
            var type = Nullable.GetUnderlyingType(parameter.ParameterInfo.ParameterType) ?? parameter.ParameterInfo.ParameterType;
            if (parameter.HasTryParse && http.Request.Query[parameter.Name].ToString() is { Length: > 0 } value && !CanParse(type, value))
            {
                return $"\"{parameter.Name}\" cannot be \"{value}\": it must be {BadRequests.Word(type.Name)}.";
            }
        }
        return null;
    }

    private static bool CanParse(Type type, string value)
    {
        if (type.IsEnum)
        {
            return Enum.TryParse(type, value, ignoreCase: true, out _);
        }
        var parse = type.GetMethod("TryParse", BindingFlags.Public | BindingFlags.Static, [typeof(string), typeof(IFormatProvider), type.MakeByRefType()]);
        return parse is not null
            ? (bool)parse.Invoke(null, [value, CultureInfo.InvariantCulture, null])!
            : type.GetMethod("TryParse", BindingFlags.Public | BindingFlags.Static, [typeof(string), type.MakeByRefType()]) is not { } plain || (bool)plain.Invoke(null, [value, null])!;
    }
}
