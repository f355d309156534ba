using System.Collections.Frozen;
using System.Reflection;
using Brig.Engine;
using Microsoft.AspNetCore.Mvc;

namespace Brig.Web.Api;

/// <summary>Refuses what a route does not know in its query, as bodies do: a filter whose name has a slip in it would be no filter at all.</summary>
internal static class UnknownQueries
{
    /// <summary>Characters of what somebody wrote, in the sentence about it.</summary>
    private const int MostShown = 64;

    public static void RefuseUnknownQueries(this IEndpointConventionBuilder routes) => routes.Add(endpoint =>
    {
        if (endpoint is not RouteEndpointBuilder route || endpoint.RequestDelegate is not { } answer || endpoint.Metadata.OfType<MethodInfo>().FirstOrDefault() is not { } handler)
            return;
        var known = Names(handler, route.RoutePattern.Parameters.Select(parameter => parameter.Name)).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        endpoint.RequestDelegate = http =>
        {
            if (http.Request.QueryString.HasValue && http.Request.Query.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
                throw EngineException.Invalid($"\"{unknown[..Math.Min(unknown.Length, MostShown)]}\" is not known in the query here; {(known.Count == 0 ? "it takes nothing" : "it takes " + string.Join(", ", known.Order(StringComparer.Ordinal)))}.");
            return answer(http);
        };
    });

    /// <summary>What of a handler's parameters a query gives: not what is in the path, comes as the body or is a service.</summary>
    private static IEnumerable<string> Names(MethodInfo handler, IEnumerable<string> path)
        => handler.GetParameters().SelectMany(parameter => parameter.IsDefined(typeof(AsParametersAttribute))
            ? parameter.ParameterType.GetProperties().Select(property => (property.Name, Type: property.PropertyType, Asked: property.GetCustomAttribute<FromQueryAttribute>()))
            : [(parameter.Name!, parameter.ParameterType, parameter.GetCustomAttribute<FromQueryAttribute>())])
            .Where(one => one.Asked is not null || IsValue(one.Type))
            .Select(one => one.Asked?.Name ?? one.Name)
            .Except(path, StringComparer.OrdinalIgnoreCase);

    private static bool IsValue(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) || type == typeof(TimeParameter) || type.IsPrimitive || type.IsEnum || type == typeof(DateTimeOffset);
    }
}
