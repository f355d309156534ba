namespace Brig.Engine.Containers;

/// <summary>Takes what comes out of a program.</summary>
internal interface IOutputSink
{
    /// <summary>The chunk's memory is valid until this returns.</summary>
    ValueTask TakeAsync(OutputChunk chunk);

    /// <summary>No more will come.</summary>
    void End();
}
