using Brig.Engine.Stacks;
using Microsoft.AspNetCore.WebUtilities;

namespace Brig.Web.Components.Parts.Stacks;

/// <summary>The addresses of stacks and their views.</summary>
public static class StackLinks
{
    public static string Page(Stack stack) => "stacks/" + Uri.EscapeDataString(stack.Name);

    public static string Tab(Stack stack, string tab) => Page(stack) + (tab == "services" ? "" : "?tab=" + tab);

    public static string Logs(Stack stack, string? service) => service is null ? Tab(stack, "logs") : QueryHelpers.AddQueryString(Tab(stack, "logs"), "service", service);

    public static string Revision(Stack stack, int number) => $"{Tab(stack, "revisions")}&revision={number}";

    public static string New(string? template = null) => template is null ? "stacks/-/new" : QueryHelpers.AddQueryString("stacks/-/new", "template", template);
}
