package fleet

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// secrets are what a cluster of etcd asks of its clients: a certificate, and the name and the password of a user. A nil
// one stands for a cluster that asks nothing.
type secrets struct {
	dir      string      // has ca.pem, etcd.pem, client.pem with their keys, and the password
	username string      // of instances and clients
	admin    string      // the name, and the password, of the user who may do everything; empty: nobody has to be one
	tls      *tls.Config // of clients
}

// newSecrets makes the certificates. There is no user yet.
func newSecrets(t *testing.T) *secrets {
	t.Helper()
	s := &secrets{dir: t.TempDir()}
	ca := s.sign(t, "ca", nil, &x509.Certificate{
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	})
	both := []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth} // etcd is a client of itself
	s.sign(t, "etcd", ca, &x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: both})
	client := s.sign(t, "client", ca, &x509.Certificate{ExtKeyUsage: both[1:]})
	pool := x509.NewCertPool()
	pool.AddCert(ca.Leaf)
	s.tls = &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{*client}}
	return s
}

// sign makes a certificate that the issuer signs, or that signs itself, and writes it and its key into the folder.
func (s *secrets) sign(t *testing.T, name string, issuer *tls.Certificate, template *x509.Certificate) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.Subject = pkix.Name{CommonName: name}
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	if issuer == nil {
		issuer = &tls.Certificate{Leaf: template, PrivateKey: key}
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, issuer.Leaf, &key.PublicKey, issuer.PrivateKey)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	certificatePEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
	require.NoError(t, os.WriteFile(s.path(name+".pem"), certificatePEM, 0o644))
	require.NoError(t, os.WriteFile(s.path(name+".key"), keyPEM, 0o600))
	pair, err := tls.X509KeyPair(certificatePEM, keyPEM)
	require.NoError(t, err)
	return &pair
}

func (s *secrets) path(name string) string { return filepath.Join(s.dir, name) }

// setPassword writes the password that instances and clients use from now on.
func (s *secrets) setPassword(t *testing.T, password string) {
	t.Helper()
	require.NoError(t, os.WriteFile(s.path("password"), []byte(password+"\n"), 0o600))
}

func (s *secrets) scheme() string {
	if s == nil {
		return "http"
	}
	return "https"
}

func (s *secrets) clientTLS() *tls.Config {
	if s == nil {
		return nil
	}
	return s.tls
}

func (s *secrets) administrator() string {
	if s == nil {
		return ""
	}
	return s.admin
}

// serverFlags make etcd show its certificate and ask for the client's.
func (s *secrets) serverFlags() []string {
	if s == nil {
		return nil
	}
	return []string{
		"--cert-file=" + s.path("etcd.pem"), "--key-file=" + s.path("etcd.key"),
		"--client-cert-auth", "--trusted-ca-file=" + s.path("ca.pem"),
	}
}

// environment tells instances and clients of it.
func (s *secrets) environment() []string {
	if s == nil {
		return nil
	}
	return []string{
		"ETCD_CA_FILE=" + s.path("ca.pem"),
		"ETCD_CERT_FILE=" + s.path("client.pem"), "ETCD_KEY_FILE=" + s.path("client.key"),
		"ETCD_USERNAME=" + s.username, "ETCD_PASSWORD_FILE=" + s.path("password"),
	}
}
