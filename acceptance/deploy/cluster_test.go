package deploy

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// patience is how long a server may take to be there.
const patience = 3 * time.Minute

// cluster is an API server of Kubernetes with its etcd. Nothing runs what it is told to run.
type cluster struct {
	url    string
	client *http.Client
	config string // path of a kubeconfig with all rights
}

const kubeconfig = `apiVersion: v1
kind: Config
clusters: [{name: test, cluster: {server: %q, certificate-authority: %q}}]
users: [{name: admin, user: {token: secret}}]
contexts: [{name: test, context: {cluster: test, user: admin}}]
current-context: test
`

// startCluster starts the two servers, which end with the test.
func startCluster(t *testing.T) *cluster {
	t.Helper()
	dir, ports := t.TempDir(), freePorts(t, 3)
	etcd := "http://127.0.0.1:" + ports[0]
	peers := "http://127.0.0.1:" + ports[1]
	start(t, program.Tool(t, "etcd"), "--name", "deploy", "--data-dir", filepath.Join(dir, "etcd"),
		"--listen-client-urls", etcd, "--advertise-client-urls", etcd, "--unsafe-no-fsync",
		"--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers, "--initial-cluster", "deploy="+peers)

	roots := certificate(t, dir)
	write(t, dir, "tokens.csv", []byte("secret,admin,1,system:masters\n"))
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	write(t, dir, "accounts.pem", pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	start(t, program.Tool(t, "kube-apiserver"), "--etcd-servers", etcd,
		"--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--secure-port", ports[2],
		"--authorization-mode", "AlwaysAllow", "--token-auth-file", filepath.Join(dir, "tokens.csv"),
		"--tls-cert-file", filepath.Join(dir, "cert.pem"), "--tls-private-key-file", filepath.Join(dir, "key.pem"),
		"--service-cluster-ip-range", "10.0.0.0/24", "--service-account-issuer", "https://kubernetes.default.svc",
		"--service-account-key-file", filepath.Join(dir, "accounts.pem"),
		"--service-account-signing-key-file", filepath.Join(dir, "accounts.pem"),
		// Nothing here makes the accounts that it would ask for.
		"--disable-admission-plugins", "ServiceAccount", "--endpoint-reconciler-type", "none", "--cert-dir", dir)

	c := &cluster{config: filepath.Join(dir, "kubeconfig"), url: "https://127.0.0.1:" + ports[2], client: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}}
	write(t, dir, "kubeconfig", fmt.Appendf(nil, kubeconfig, c.url, filepath.Join(dir, "cert.pem")))
	require.Eventually(t, func() bool {
		code, _, _, err := c.call("GET", "/readyz", "", nil)
		return err == nil && code == http.StatusOK
	}, patience, 200*time.Millisecond, "the API server is not ready")
	return c
}

// certificate writes a self-signed certificate of the loopback with its key to dir.
func certificate(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "kube-apiserver"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(10, 0, 0, 1)},
		IsCA:        true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	encoded, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	write(t, dir, "cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	write(t, dir, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: encoded}))
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return pool
}

func write(t *testing.T, dir, name string, text []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
}

// call makes a request, and returns the status, the body and the warnings of the answer.
func (c *cluster) call(method, path, contentType string, body []byte) (code int, answer []byte, warnings []string, err error) {
	request, err := http.NewRequest(method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	request.Header.Set("Authorization", "Bearer secret")
	request.Header.Set("Content-Type", contentType)
	response, err := c.client.Do(request)
	if err != nil {
		return 0, nil, nil, err
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(response.Body)
	return response.StatusCode, answer, response.Header.Values("Warning"), err
}
