using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Brig.Web.Tests;

/// <summary>bUnit asks for a newer AngleSharp.Diffing than the one that restores; the one beside the test does what we need.</summary>
internal static class AngleSharpResolver
{
    [ModuleInitializer]
    internal static void Install() => AssemblyLoadContext.Default.Resolving += static (context, name) =>
        name.Name == "AngleSharp.Diffing" ? context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "AngleSharp.Diffing.dll")) : null;
}
