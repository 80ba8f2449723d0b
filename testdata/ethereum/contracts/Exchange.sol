// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

interface Sweepable {
    function balanceOf(address owner) external view returns (uint256);
    function transfer(address to, uint256 value) external returns (bool);
}

/// One customer's deposit address at an exchange: keeps what it gets until it is swept.
contract DepositAddress {
    address payable private immutable hotWallet;

    constructor(address payable hot) {
        hotWallet = hot;
    }

    receive() external payable {}

    function sweepEther() external {
        (bool paid,) = hotWallet.call{value: address(this).balance}("");
        require(paid);
    }

    function sweepToken(Sweepable token) external {
        require(token.transfer(hotWallet, token.balanceOf(address(this))));
    }
}

/// The exchange's factory of deposit addresses.
contract DepositFactory {
    event Created(address deposit);

    address payable private immutable hotWallet;

    constructor(address payable hot) {
        hotWallet = hot;
    }

    function create(bytes32 salt) external {
        emit Created(address(new DepositAddress{salt: salt}(hotWallet)));
    }
}
