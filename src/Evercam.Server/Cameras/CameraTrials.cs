using Evercam.Server.Http;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Cameras;

/// <summary>Counts the cameras that are being tried. Each trial makes the server wait for a stranger and hold what that one sends, so
/// there are so many at a time for one caller, and so many for all together. Nobody queues: who finds no place tries again.</summary>
internal sealed class CameraTrials(IOptions<CameraOptions> options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock turn = new();
    private readonly Dictionary<(long? User, long? Client), int> byCaller = [];
    private int all;

    /// <summary>Begins a trial, which ends when the result is disposed of.</summary>
    /// <exception cref="ApiException">There are too many (429).</exception>
    public IDisposable Begin(Caller caller)
    {
        var who = (CameraTryouts.UserOf(caller), caller.ClientKey);
        lock (turn)
        {
            var own = byCaller.GetValueOrDefault(who);
            if (own >= options.Value.TrialsPerCaller || all >= options.Value.Trials)
            {
                throw ApiException.TooManyRequests(Pause);
            }

            byCaller[who] = own + 1;
            all++;
        }

        return new Trial(this, who);
    }

    private void End((long? User, long? Client) who)
    {
        lock (turn)
        {
            all--;
            if (--byCaller[who] == 0)
            {
                byCaller.Remove(who);
            }
        }
    }

    private sealed class Trial(CameraTrials trials, (long? User, long? Client) who) : IDisposable
    {
        private bool ended;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref ended, true))
            {
                trials.End(who);
            }
        }
    }
}
