namespace Evercam.FakeCameras.Drawing;

/// <summary>A moment on the camera's own clock, and what moves by it.</summary>
internal readonly record struct Moment(DateTimeOffset Local)
{
    /// <summary>Seconds on the local clock since 1970: the beat of everything that moves.</summary>
    public double Seconds => (Local.DateTime - DateTime.UnixEpoch).TotalSeconds;

    /// <summary>0 to 24.</summary>
    public float Hour => (float)Local.TimeOfDay.TotalHours;

    /// <summary>0 at the full hour, up to 1.</summary>
    public float PartOfHour => (float)(Local.TimeOfDay.TotalHours % 1);

    /// <summary>How far something is through its period, 0 to 1.</summary>
    public float Phase(double periodSeconds, double shift = 0) => (float)(((Seconds / periodSeconds) + shift) % 1);

    /// <summary>Swings between -1 and 1.</summary>
    public float Swing(double periodSeconds, double shift = 0) => MathF.Sin(MathF.Tau * Phase(periodSeconds, shift));

    /// <summary>Those who come by at the moment: one at most per headway, each as fast as the others of its lane.</summary>
    /// <param name="headwaySeconds">Time between two.</param>
    /// <param name="speed">Units per second.</param>
    /// <param name="length">Length of the way, in the same units.</param>
    /// <param name="lane">Lanes differ by it.</param>
    public IEnumerable<Passer> Passing(double headwaySeconds, double speed, double length, int lane)
    {
        var latest = (long)Math.Floor(Seconds / headwaySeconds);
        for (var one = latest; (Seconds - (one * headwaySeconds)) * speed < length + (headwaySeconds * speed); one--)
        {
            var id = (one * 64) + lane;
            var late = Dice.Between(0, 0.6f, id, 77) * headwaySeconds;
            var way = (Seconds - (one * headwaySeconds) - late) * speed;
            if (way >= 0 && way < length)
            {
                yield return new Passer((float)way, id);
            }
        }
    }
}

/// <summary>One who comes by: how far along, and who.</summary>
internal readonly record struct Passer(float Way, long Id);
