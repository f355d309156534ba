using Brig.Engine.Containers;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi.Any;
using Microsoft.OpenApi.Models;

namespace Brig.Web.Api.OpenApi;

/// <summary>What the OpenAPI document says beyond the routes: who may call, and the JSON that our own converters write.</summary>
internal static class ApiDocument
{
    private const string BearerScheme = "bearer";

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Brig", Version = "v1", Description = "Make, run and watch containers. Errors are RFC 9457 problems whose detail is one sentence." };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes[BearerScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "BRIG_TOKEN." };
            document.SecurityRequirements.Add(new OpenApiSecurityRequirement
            {
                [new OpenApiSecurityScheme { Reference = new OpenApiReference { Type = ReferenceType.SecurityScheme, Id = BearerScheme } }] = [],
            });
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Describe(schema, Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
    }

    private static void Describe(OpenApiSchema schema, Type type)
    {
        if (type.IsEnum)
        {
            schema.Type = "string";
            schema.Enum = [.. Enum.GetNames(type).Select(name => (IOpenApiAny)new OpenApiString(char.ToLowerInvariant(name[0]) + name[1..]))];
        }
        else if (type == typeof(TimeSpan))
        {
            (schema.Type, schema.Format, schema.Description) = ("number", "double", "Seconds.");
        }
        else if (type == typeof(double))
        {
            (schema.Type, schema.Format) = ("number", "double");
        }
        else if (type == typeof(ContainerId))
        {
            (schema.Type, schema.Pattern) = ("string", "^[0-9a-f]{64}$");
        }
        else if (type == typeof(NamespaceSpec))
        {
            (schema.Type, schema.Pattern) = ("string", "^(auto|new|host|container:.+)$");
        }
        else if (type == typeof(TimeParameter))
        {
            (schema.Type, schema.Description) = ("string", TimeParameter.Forms);
        }
    }
}
