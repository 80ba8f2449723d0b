// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// Runs another contract's code as its own: its storage, its balance, its events. What it runs
/// it says in no event.
contract Proxy {
    address private immutable implementation;

    constructor(address implementation_) {
        implementation = implementation_;
    }

    fallback() external payable {
        (bool succeeded, bytes memory told) = implementation.delegatecall(msg.data);
        assembly {
            switch succeeded
            case 0 { revert(add(told, 32), mload(told)) }
            default { return(add(told, 32), mload(told)) }
        }
    }
}

/// A token whose transfers return nothing, as some of the first did, made to be run by a proxy.
contract SilentToken {
    event Transfer(address indexed from, address indexed to, uint256 value);

    mapping(address => uint256) public balanceOf;

    /// A token for each wei paid, which goes on to `treasury`.
    function buy(address payable treasury) external payable {
        balanceOf[msg.sender] += msg.value;
        emit Transfer(address(0), msg.sender, msg.value);
        (bool paid,) = treasury.call{value: msg.value}("");
        require(paid);
    }

    function transfer(address to, uint256 value) external {
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
    }
}
