namespace Evercam.CameraClient.Digest;

/// <summary>Which cameras asked for Digest, and the conversation with each: so that the next picture needs no challenge, and a
/// password that once was asked for as a digest does not travel in the clear any more. The longest unused is forgotten first.</summary>
internal sealed class DigestMemory(int capacity)
{
    private readonly Lock gate = new();
    private readonly Dictionary<CameraEndpoint, LinkedListNode<(CameraEndpoint Endpoint, DigestSession? Session)>> known = [];
    private readonly LinkedList<(CameraEndpoint Endpoint, DigestSession? Session)> byUse = new();

    /// <summary>Whether a camera has asked for Digest.</summary>
    public bool Knows(CameraEndpoint endpoint)
    {
        lock (gate)
        {
            return known.ContainsKey(endpoint);
        }
    }

    /// <summary>A camera asks for Digest, and nobody has answered it yet.</summary>
    public void Note(CameraEndpoint endpoint)
    {
        lock (gate)
        {
            if (!known.ContainsKey(endpoint))
            {
                Put(endpoint, session: null);
            }
        }
    }

    /// <summary>The conversation with a camera, if there is one that has begun.</summary>
    public DigestSession? Find(CameraEndpoint endpoint)
    {
        lock (gate)
        {
            if (!known.TryGetValue(endpoint, out var node))
            {
                return null;
            }

            byUse.Remove(node);
            byUse.AddFirst(node);
            return node.Value.Session;
        }
    }

    public void Keep(CameraEndpoint endpoint, DigestSession session)
    {
        lock (gate)
        {
            Put(endpoint, session);
        }
    }

    public void Forget(CameraEndpoint endpoint)
    {
        lock (gate)
        {
            if (known.Remove(endpoint, out var old))
            {
                byUse.Remove(old);
            }
        }
    }

    private void Put(CameraEndpoint endpoint, DigestSession? session)
    {
        if (known.Remove(endpoint, out var old))
        {
            byUse.Remove(old);
        }
        else if (known.Count >= capacity)
        {
            known.Remove(byUse.Last!.Value.Endpoint);
            byUse.RemoveLast();
        }

        known.Add(endpoint, byUse.AddFirst((endpoint, session)));
    }
}
