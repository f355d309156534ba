using System.Runtime.CompilerServices;
using Brig.Tests;
using Bunit;

namespace Brig.Web.Tests;

/// <summary>What a test waits for comes at once; on a crowded machine "at once" may take longer than bUnit's second.</summary>
internal static class Patience
{
    [ModuleInitializer]
    internal static void Have() => BunitContext.DefaultWaitTimeout = Wait.Limit;
}
