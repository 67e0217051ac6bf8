namespace Evercam.Recorder;

/// <summary>How a recorder fails before whoever asks it.</summary>
internal sealed partial class RecorderGrain : IIncomingGrainCallFilter
{
    async Task IIncomingGrainCallFilter.Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception reason)
        {
            throw Crossing.Of(reason);
        }
    }
}
