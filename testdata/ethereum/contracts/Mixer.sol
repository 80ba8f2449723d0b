// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// A mixer of one denomination, with the events of Tornado Cash but without its cryptography:
/// the proof of membership is replaced by the commitment's preimage, so whoever looks at the
/// calldata of a withdrawal sees which deposit it is. The events and transfers do not tell.
contract Mixer {
    event Deposit(bytes32 indexed commitment, uint32 leafIndex, uint256 timestamp);
    event Withdrawal(address to, bytes32 nullifierHash, address indexed relayer, uint256 fee);

    uint256 public immutable denomination;
    uint32 private next;
    mapping(bytes32 => bool) private committed;
    mapping(bytes32 => bool) private spent;

    constructor(uint256 value) {
        denomination = value;
    }

    function deposit(bytes32 commitment) external payable {
        require(msg.value == denomination && !committed[commitment]);
        committed[commitment] = true;
        emit Deposit(commitment, next++, block.timestamp);
    }

    /// `secret` and `nullifier` hash to a commitment; the nullifier may be used once.
    function withdraw(bytes32 secret, bytes32 nullifier, address to, address relayer, uint256 fee) external {
        bytes32 hash = keccak256(abi.encode(nullifier));
        require(committed[keccak256(abi.encode(secret, nullifier))] && !spent[hash]);
        spent[hash] = true;
        pay(to, denomination - fee);
        if (fee > 0) pay(relayer, fee);
        emit Withdrawal(to, hash, relayer, fee);
    }

    function pay(address to, uint256 value) private {
        (bool paid,) = to.call{value: value}("");
        require(paid);
    }
}
