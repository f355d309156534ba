using Brig.Web.Components.Parts;
using Radzen;

namespace Brig.Web.Components;

/// <summary>What Program needs to serve the pages: their services, and where they are mapped.</summary>
public static class PagesSetup
{
    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddRadzenComponents();
        services.AddScoped<Verbs>();
        services.AddScoped<Browser>();
        services.AddScoped<Parts.Images.BuildDraft>();
        return services;
    }

    public static void MapPages(this IEndpointRouteBuilder app)
    {
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode().WithStaticAssets();
    }
}
