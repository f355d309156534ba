namespace Brig.Engine.Stacks.Applying;

/// <summary>Verbs for which what is so already is no error.</summary>
internal static class Quiet
{
    public static async Task Async(Func<Task> verb)
    {
        try
        {
            await verb();
        }
        catch (EngineException e) when (e.Kind is EngineErrorKind.NotModified or EngineErrorKind.NotFound)
        {
            // It is as it shall be.
        }
    }
}
